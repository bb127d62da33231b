"""Refusals and field errors in words for people."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

from ovop.kernel.errors import Invalid, Refused

STALE_FORM: Callable[[], str] = lambda: _("Halaman ini sudah terlalu lama terbuka. Muat ulang, lalu coba lagi.")  # noqa: E731

#: What a refusal says on a page, by problem name.
_SENTENCES: dict[str, Callable[[dict[str, object]], str]] = {
    "not-found": lambda _facts: _("Yang kamu cari tidak ada, atau sudah dipindahkan."),
    "forbidden": lambda facts: (
        _("Sebagai tamu dinas kamu bisa melihat semuanya, tapi tidak mengubah apa pun.")
        if facts.get("reason") == "guest"
        else _("Halaman ini bukan untuk akunmu.")
    ),
    "unavailable": lambda _facts: _("Pasar sedang sibuk. Coba lagi sebentar lagi; tidak ada yang berubah."),
    "wrong-status": lambda _facts: _("Pesanan ini sudah berubah, jadi langkah itu tidak bisa dilakukan lagi."),
    "slot-full": lambda _facts: _("Jadwal itu baru saja penuh. Pilih jadwal lain; belum ada yang dibayar."),
    "slot-unsuitable": lambda _facts: _("Jadwal itu tidak cocok lagi dengan hasil yang dipilih. Pilih jadwal lain."),
    "place-kept": lambda facts: _place_kept(str(facts["reason"])),
    "not-on-sale": lambda _facts: _(
        "Hasil itu sudah tidak dijual lagi. Keluarkan dari belanja; belum ada yang dibayar."
    ),
    "recalled": lambda _facts: _("Lot ini ditarik demi keamanan pangan: tidak boleh dijual atau diserahkan lagi."),
    "price-changed": lambda _facts: _("Harganya baru saja berubah. Periksa sekali lagi; belum ada yang dipesan."),
    "payment-not-allowed": lambda _facts: _("Cara bayar itu tidak bisa dipakai untuk belanja ini. Pilih yang lain."),
    "out-of-stock": lambda _facts: _("Sisanya tidak cukup lagi. Kurangi jumlahnya; belum ada yang dibayar."),
    "cash-not-allowed": lambda _facts: _("Bayar tunai belum bisa untuk akunmu. Pilih cara bayar lain."),
    "over-maximum": lambda _facts: _("Timbangan melebihi batas atas pesanan. Kurangi isinya, lalu timbang lagi."),
    "nothing-weighed": lambda _facts: _("Tidak ada isi yang ditimbang. Batalkan pesanan kalau barangnya tidak ada."),
    "wrong-code": lambda _facts: _("Kode itu tidak cocok. Minta pembeli membacakannya sekali lagi."),
    "locked": lambda facts: _(
        "Kode salah lima kali. Tunggu %(minutes)s menit, lalu coba lagi.", minutes=_minutes(facts["retry_after"])
    ),
    "wrong-password": lambda _facts: _("E-mail, nomor HP, atau kata sandi itu tidak cocok."),
    "too-late-to-undo": lambda _facts: _("Sudah lewat satu menit, jadi tidak bisa diurungkan lagi. Ubah di sini."),
    "changed-since": lambda _facts: _("Sudah diubah lagi atau sudah dipesan, jadi tidak bisa diurungkan."),
    "use-changed": lambda _facts: _("Keadaannya sudah berubah, jadi langkah itu tidak bisa dilakukan lagi."),
    "story-changed": lambda _facts: _(
        "Ceritanya baru saja diubah orang lain. Lihat dulu yang terbaru; belum ada yang terbit."
    ),
    "wrong-turn": lambda _facts: _("Keluhan ini sudah berubah, jadi langkah itu tidak bisa dilakukan lagi."),
    "answer-first": lambda _facts: _("Pesanan ini sedang dikeluhkan. Jawab dulu keluhannya."),
    "too-late": lambda _facts: _("Keluhan diterima sampai satu hari sesudah pesanan diambil."),
    "already-complained": lambda _facts: _("Pesanan ini sudah dikeluhkan."),
    "already-proposed": lambda _facts: _("Koperasimu sudah punya usulan yang menunggu keputusan."),
    "already-decided": lambda _facts: _("Sudah lebih dulu diputuskan atau ditarik; lihat hasilnya di sini."),
    "readiness-waiting": lambda _facts: _("Produk ini sudah punya penilaian yang menunggu orang kedua."),
    "readiness-same-person": lambda _facts: _("Penilaian ini buatanmu. Perlu satu orang lain dari dinas."),
    "criteria-changed": lambda _facts: _("Kriterianya baru saja diubah rekanmu. Lihat dulu yang terbaru."),
    "not-ready": lambda _facts: _("Sertifikat hanya untuk produk unggulan yang kesiapannya dikukuhkan dua orang."),
    "rating-over": lambda facts: (
        _("Penilaian diterima sampai 60 hari sesudah diambil.")
        if facts["reason"] == "too-late"
        else _("Penilaian ini bisa diubah sampai 14 hari sesudah ditulis.")
    ),
    "already-answered": lambda _facts: _("Penilaian ini sudah dijawab."),
    "review-hidden": lambda _facts: _("Penilaian ini disembunyikan dinas, jadi tidak bisa dijawab."),
    "last-manager": lambda _facts: _("Paling sedikit harus ada satu pengurus. Jadikan dulu orang lain pengurus."),
    "invitation-over": lambda _facts: _("Undangan ini tidak berlaku lagi. Minta yang baru ke pengurus koperasimu."),
    "settlement-wrong-step": lambda _facts: _("Rekap ini sudah berubah, jadi langkah itu tidak bisa dilakukan lagi."),
    "settlement-same-person": lambda _facts: _("Kamu sudah menyetujui rekap ini. Perlu satu orang lain dari dinas."),
    "settlement-no-bank-account": lambda _facts: _(
        "Koperasi ini belum mengisi rekeningnya, jadi uangnya belum bisa ditransfer."
    ),
    "settlement-bank-account-changed": lambda _facts: _(
        "Rekening koperasi baru saja berubah. Periksa yang sekarang, lalu setujui lagi."
    ),
    "open-orders": lambda _facts: _("Masih ada pesanan yang berjalan. Ambil atau batalkan dulu, lalu coba lagi."),
    "not-planned": lambda _facts: _("Hasil ini tidak dijual di muka, atau sudah selesai. Tidak ada yang dihitung."),
    "listing-ended": lambda _facts: _("Jual rutin ini sudah diakhiri."),
    "key-reused": lambda _facts: _("Permintaan ini sudah dipakai untuk isi yang lain. Muat ulang halamannya."),
    "still-running": lambda _facts: _("Permintaan yang sama masih diproses. Tunggu sebentar."),
    "too-early": lambda _facts: _("Belum waktunya: jadwal ambil pesanan ini belum lewat."),
    "till-open": lambda _facts: _("Kasmu hari ini sudah terbuka."),
    "till-closed": lambda _facts: _("Kas itu sudah dihitung dan ditutup, jadi tidak bisa diubah lagi."),
    "till-not-counted": lambda _facts: _("Hitung dulu kasnya, baru setor ke bank."),
    "already-shared": lambda _facts: _("Sebagian hari itu sudah dibagikan. Pilih hari yang lain."),
    "not-over": lambda _facts: _("Hari terakhirnya belum selesai. Bagikan sesudah hari itu lewat."),
    "capacity-below-bookings": lambda _facts: _(
        "Sudah ada pesanan lebih banyak daripada tempat itu. Naikkan kapasitasnya."
    ),
}

#: What stands beside a field, by reason code.
_REASONS: dict[str, Callable[[], str]] = {
    "required": lambda: _("Isi dulu bagian ini."),
    "not-a-weight": lambda: _("Tulis beratnya seperti 1,5 kg atau 1.500 g."),
    "part-of-a-gram": lambda: _("Paling kecil satu gram."),
    "not-a-count": lambda: _("Tulis jumlahnya dengan angka bulat."),
    "not-an-amount": lambda: _("Tulis rupiahnya dengan angka, seperti 32.000."),
    "not-a-pirt": lambda: _("Nomor P-IRT paling sedikit 15 angka, seperti P-IRT 2063604000000-28."),
    "not-a-halal": lambda: _("Nomor sertifikat halal diawali ID lalu angka, seperti ID00110000000000001."),
    "not-degrees": lambda: _("Tulis derajatnya dengan angka bulat, seperti 4 atau −18."),
    "too-small": lambda: _("Terlalu kecil."),
    "not-above-offer": lambda: _("Harus lebih besar daripada tawaran yang sudah ada."),
    "too-large": lambda: _("Terlalu besar. Periksa lagi angkanya."),
    "not-a-place": lambda: _("Letaknya tidak terbaca. Pilih dari peta atau dari daftar desa."),
    "unknown": lambda: _("Pilihan ini tidak ada."),
    "not-a-time": lambda: _("Tulis tanggal dan jamnya dengan lengkap."),
    "too-long": lambda: _("Terlalu panjang."),
    "too-many-paragraphs": lambda: _("Paling banyak 20 paragraf. Gabungkan beberapa."),
    "in-the-past": lambda: _("Waktunya sudah lewat."),
    "in-the-future": lambda: _("Tanggal itu belum tiba."),
    "nothing-chosen": lambda: _("Pilih paling sedikit satu."),
    "not-the-notes": lambda: _("Tidak sama dengan jumlah per lembarnya. Periksa keduanya."),
    "before-till": lambda: _("Tanggal itu sebelum hari kasnya."),
    "not-later": lambda: _("Harus lebih dekat ke waktu ambil terakhir daripada yang pertama."),
    "not-lower": lambda: _("Harus lebih besar daripada yang pertama."),
    "not-more": lambda: _("Harus lebih besar daripada yang di atasnya."),
    "before-landing": lambda: _("Harus sesudah waktu didaratkan."),
    "not-a-table": lambda: _("Berkas itu bukan tabel yang bisa dibaca. Pakai XLSX atau CSV."),
    "table-too-large": lambda: _("Berkas itu terlalu besar: paling banyak 20.000 baris dan 5 MB."),
    "wrong-rows": lambda: _("Belum ada yang disimpan. Perbaiki baris-baris ini, lalu kirim lagi."),
    "not-a-photo": lambda: _("Berkas itu bukan foto yang bisa dibaca. Pakai JPEG, PNG, atau WebP."),
    "photo-broken": lambda: _("Foto itu tidak utuh. Coba kirim sekali lagi."),
    "photo-not-kept": lambda: _("Fotonya belum bisa disimpan. Coba lagi, atau lanjutkan dulu tanpa foto."),
    "photo-heic": lambda: _(
        "Foto HEIC belum bisa dibaca. Di pengaturan kamera pilih JPEG, atau kirim tangkapan layar fotonya."
    ),
    "photo-too-large": lambda: _("Foto itu lebih dari 15 MB. Pakai yang lebih kecil."),
    "photo-too-many-pixels": lambda: _(
        "Gambarnya terlalu besar untuk dibuka di sini. Perkecil dulu, atau kirim sebagai JPEG."
    ),
    "photo-too-small": lambda: _("Foto itu terlalu kecil atau terlalu memanjang."),
    "name-taken": lambda: _("Nama itu sudah ada. Tambahkan nama keluarga atau julukannya."),
    "fisher-retired": lambda: _("Tidak aktif lagi di daftar nelayan."),
    "scale-name-taken": lambda: _("Nama itu sudah dipakai timbangan lain. Tambahkan nomornya."),
    "tera-too-far": lambda: _("Tera paling lama berlaku setahun. Periksa lagi tahunnya."),
    "not-a-percent": lambda: _("Tulis persennya seperti 2,5. Paling banyak dua angka di belakang koma."),
    "more-than-caught": lambda: _("Jumlahnya lebih banyak daripada hasil ini. Periksa lagi."),
    "less-than-gone": lambda: _("Lebih sedikit daripada yang sudah dikemas, diambil, atau hilang."),
    "taken": lambda: _("Sudah dipakai akun lain. Coba masuk."),
    "not-an-email": lambda: _("Alamat e-mail itu belum lengkap."),
    "not-a-mobile": lambda: _("Tulis nomor HP Indonesia, seperti 0812 3456 7890."),
    "not-a-login": lambda: _("Tulis alamat e-mail, atau nomor HP seperti 0812 3456 7890."),
    "reserved": lambda: _("Alamat ini tidak bisa dipakai. Pakai alamatmu sendiri."),
    "password-too-short": lambda: _("Pakai paling sedikit 8 huruf atau angka."),
    "password-is-login": lambda: _("Jangan sama dengan e-mail atau nomor HP-mu."),
    "basket-full": lambda: _("Belanjaanmu sudah penuh: paling banyak 40 hasil sekali pesan."),
    "no-rating": lambda: _("Pilih juga nilainya, dari 1 sampai 5."),
    "too-short": lambda: _("Terlalu pendek."),
    "slip": lambda: _("Angka ini jauh dari biasanya. Periksa lagi, lalu simpan sekali lagi kalau memang benar."),
    "does-not-fit": lambda: _("Tidak cocok dengan pilihan yang lain."),
    "not-a-day": lambda: _("Tulis tanggal lengkap, seperti 2026-01-31."),
    "before-start": lambda: _("Harus sama dengan atau sesudah tanggal mulai."),
    "too-wide": lambda: _("Paling lama lima tahun sekali lihat."),
    "too-many-rows": lambda: _("Barisnya terlalu banyak. Pilih masa yang lebih pendek."),
    "taken-here": lambda: _("Nama itu sudah kamu pakai."),
    "too-many": lambda: _("Sudah paling banyak. Hapus salah satu dulu."),
    "shorter-than-slot": lambda: _("Jam bukanya lebih pendek daripada satu jadwal."),
    "incomplete": lambda: _("Ada baris yang belum lengkap."),
    "overlapping": lambda: _("Ada jam buka yang tumpang tindih di hari yang sama."),
    "already-flagship": lambda: _("Produk itu sudah menjadi unggulan desa."),
    "only-processed": lambda: _("Bintang perindustrian hanya untuk barang olahan."),
    "not-a-nib": lambda: _("NIB terdiri dari 13 angka."),
    "paper-too-large": lambda: _("Berkasnya lebih dari 5 MB. Perkecil, atau pindai dengan mutu lebih rendah."),
    "paper-unknown": lambda: _("Berkas harus PDF, JPEG, atau PNG."),
    "paper-broken": lambda: _("PDF itu rusak atau tidak lengkap. Simpan ulang, lalu coba lagi."),
    "paper-active": lambda: _("PDF itu berisi program atau lampiran. Cetak ulang ke PDF biasa, lalu coba lagi."),
    "not-a-qris": lambda: _("Itu bukan isi kode QRIS. Salin semuanya, dari 000201 sampai akhir."),
    "not-a-bank-account": lambda: _("Tulis nomor rekeningnya dengan 5 sampai 20 angka."),
    "none-chosen": lambda: _("Centang dulu paling sedikit satu."),
    "not-yet": lambda: _("Tanggal itu belum tiba."),
    "before-period-end": lambda: _("Tanggal itu sebelum masa rekapnya selesai."),
    "wrong-checksum": lambda: _("Isi QRIS itu tidak utuh: ada huruf yang kurang atau salah salin."),
    "not-indonesian": lambda: _("QRIS itu bukan untuk Indonesia dan rupiah."),
    "is-a-link": lambda: _("Itu kode QR berisi alamat situs, bukan QRIS untuk membayar."),
    "has-a-fee": lambda: _(
        "QRIS itu menambah biaya ke pembeli, dan itu dilarang Bank Indonesia. Minta kode tanpa biaya ke penyedianya."
    ),
    "no-code": lambda: _("Tidak ada kode QR di foto itu. Foto kodenya dari dekat, lurus, dan terang."),
    "code-unreadable": lambda: _("Kode QR-nya kabur atau terpotong. Foto sekali lagi: dekat, terang, tidak goyang."),
    "several-codes": lambda: _("Ada lebih dari satu QRIS di foto itu. Foto satu saja."),
    "photo-no-qris": lambda: _("Kode QR di foto itu bukan QRIS."),
    "has-an-amount": lambda: _("Itu QRIS sekali pakai dengan nominal. Pakai QRIS tetap yang dipajang koperasi."),
}


def sentence(error: Refused) -> str:
    """What `error` says to a person, whole and in their language."""
    if isinstance(error, Invalid) and error.errors:
        return reason(next(iter(error.errors.values())))
    words = _SENTENCES.get(error.problem)
    return words(error.facts) if words else _("Itu tidak bisa dilakukan sekarang.")


def _place_kept(why: str) -> str:
    """Why an order stays in its slot."""
    match why:
        case "closed":
            return _("Koperasi menutup jadwal pesanan ini, jadi pesanannya dibatalkan. Kamu dikabari.")
        case "weighed":
            return _("Pesananmu sudah dikemas. Jadwalnya hanya bisa pindah ke jam lain di titik dan hari yang sama.")
        case _:
            return _("Batas waktu memindah jadwal ini sudah lewat. Hubungi koperasi kalau kamu tidak bisa datang.")


def _minutes(seconds: object) -> int:
    """Whole minutes to wait, at least one."""
    return max(1, -(-int(str(seconds)) // 60))


def reason(code: str) -> str:
    """What stands beside a field for `code`."""
    words = _REASONS.get(code)
    return words() if words else _("Periksa lagi bagian ini.")


def field_errors(error: Invalid) -> dict[str, str]:
    """Sentence by field, for a form that is shown again."""
    return {field: reason(code) for field, code in error.errors.items()}
